"""Show every text that changed since it was read, in both languages, and register it as read: ``python -m fruitmand.pipeline.texts``."""

import sys

from fruitmand.edition.files import project_root, write
from fruitmand.report.text_parity import FOLDER
from fruitmand.report.text_register import NAME, check_register, read_texts, written


def main() -> int:
    """Print the changed texts side by side and write the register; the reader's part is to look at them."""
    folder = project_root() / FOLDER
    nl, en = (read_texts(folder, language) for language in ("nl", "en"))
    path = folder / NAME
    problems = check_register(nl, en, path.read_text(encoding="utf-8") if path.is_file() else "")
    for problem in problems:
        print(f"{problem.value}: {problem.rule}\n  nl  {nl.get(problem.value, '–').strip()}\n  en  {en.get(problem.value, '–').strip()}")
    write(path, written(nl, en))
    print(f"{len(nl)} texts registered as read in both languages, {len(problems)} of them anew")
    return 0


if __name__ == "__main__":
    sys.exit(main())

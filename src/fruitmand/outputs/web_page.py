"""What every web page has around its blocks: header, contents, links and foot; one style and one script, in the page itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pickle import UnpicklingError

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, Template
from jinja2.bccache import Bucket

from fruitmand.edition.files import cache_folder, project_root
from fruitmand.outputs.web_blocks import Heading, Place, said
from fruitmand.outputs.web_fonts import FACES, FOLDER
from fruitmand.report.style import ACCENT, FONT, INK, LINE, MUTED, PAPER, SHADES


@dataclass(frozen=True)
class Link:
    """A link of the page: where to, what it says, in which language if in another, and whether it is the page itself."""

    to: str
    text: str
    language: str = ""
    current: bool = False


@dataclass(frozen=True)
class Page:
    """What a page shows.

    Attributes
    ----------
    title, kicker, name, lead : str
        Title of the window, the line above the heading, the heading, and the line below it.
    home : Link
        The first page, and the name of the whole.
    body : str
        The blocks, as HTML.
    aside : str
        What is to be known before reading, in small letters.
    banner : str
        What every page says of an edition that is synthetic, or a draft.
    name_language : str
        Language of the heading where it is another than the page's.
    pages, forms : sequence of Link
        The other pages, this one among them, and other forms of the same.
    headings : sequence of Heading
        The contents of this page.
    other : Link or None
        The same page in the other language.
    before, after : Link or None
        The pages before and after this one.
    imprint : sequence of str
        The lines of the foot.
    """

    title: str
    kicker: str
    name: str
    home: Link
    body: str
    lead: str = ""
    aside: str = ""
    name_language: str = ""
    banner: str = ""
    pages: Sequence[Link] = ()
    forms: Sequence[Link] = ()
    headings: Sequence[Heading] = ()
    other: Link | None = None
    before: Link | None = None
    after: Link | None = None
    imprint: Sequence[str] = ()


def render(page: Page, place: Place) -> str:
    """Return a page as HTML that needs nothing from the network, and beside it only the fonts of the report."""
    return str(_template().render(page=page, place=place, labels=place.labels, style=_style(place.root), script=_file("site.js"))) + "\n"


@cache
def _style(root: str) -> str:
    """Return the style, with the colours and the letters that drawings and printed pages have too."""
    colours = {"accent": ACCENT, "ink": INK, "muted": MUTED, "line": LINE, "paper": PAPER}
    variables = "".join(f"--{name}:{colour};" for name, colour in colours.items())
    shades = "".join(f".{name}{{background:{fill};color:{ink}}}" for name, (fill, ink) in SHADES.items())
    fonts = "".join(
        f"@font-face{{font-family:'{FONT}';font-weight:{weight};font-style:{style};font-display:swap;src:url({root}{FOLDER}/{name})}}\n"
        for name, (_, weight, style) in FACES.items()
    )
    return f"{fonts}:root{{{variables}--font:'{FONT}'}}\n{shades}\n{_file('site.css')}"


@cache
def _file(name: str) -> str:
    return (files("fruitmand.outputs") / name).read_text(encoding="utf-8")


class _Templates(FileSystemBytecodeCache):
    """Compiled templates on disk; one that was cut off is compiled again."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a template."""
        try:
            super().load_bytecode(bucket)
        except (EOFError, UnpicklingError):
            bucket.reset()


@cache
def _template() -> Template:
    folder = cache_folder(project_root()) / "templates"  # to compile takes longer than to fill
    folder.mkdir(exist_ok=True)
    loader = FileSystemLoader(str(files("fruitmand.outputs")))
    environment = Environment(loader=loader, autoescape=True, bytecode_cache=_Templates(str(folder)), trim_blocks=True, lstrip_blocks=True)
    environment.filters["said"] = said
    return environment.get_template("page.html.j2")

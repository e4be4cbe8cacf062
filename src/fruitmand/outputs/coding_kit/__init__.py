"""What coders and raters start from: the codebook for the tool on their desk, and workbooks to code and to rate in."""

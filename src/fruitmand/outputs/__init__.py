"""What a reader gets: PDF, pages, sheets and questionnaires, and the disclosure check before them."""

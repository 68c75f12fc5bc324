"""The gallery: every kind of question in every state, for phone, screen, panel and editor, with made-up answers."""

"""The pages of plans: the library, import, one plan, its parts."""

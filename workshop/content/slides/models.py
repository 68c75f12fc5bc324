"""Pages of slides."""

from __future__ import annotations

from django.db import models


class SlidePage(models.Model):
    """One page of a deck in a plan. All sessions made from the plan show the same rows.

    ``deck`` is made from the PDF's content, so that uploading it again finds the pages and their alternative texts.
    """

    plan = models.ForeignKey("plans.Plan", on_delete=models.CASCADE, related_name="slide_pages")
    deck = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    image = models.ForeignKey("live.Upload", on_delete=models.CASCADE, related_name="slide_pages")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    #: The words on the page, as the PDF has them.
    text = models.TextField(default="", blank=True)
    #: What staff wrote instead, '' to use the words on the page.
    alt = models.CharField(max_length=1_000, default="", blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("plan", "deck", "number"), name="slide_page_once"),)

    @property
    def words(self) -> str:
        """What is read out instead of the picture."""
        return self.alt or self.text

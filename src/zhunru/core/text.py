"""A sentence for people, in Chinese and in English."""

from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]


class Text(NamedTuple):
    """One sentence in both languages; Chinese stands first, English is its equal."""

    zh: str
    en: str

    def of(self, lang: Lang) -> str:
        """Return the sentence in the language `lang`."""
        return self.zh if lang == "zh" else self.en

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"

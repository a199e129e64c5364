"""A browser that runs scripts, fills whatever it finds and presses every button, so many seconds after a page loads."""

from dataclasses import dataclass

from playwright.sync_api import Page
from time_machine import Traveller

COUNT = "document.querySelectorAll('form button').length"
FILL_AND_PRESS = """([number, greedy]) => {
  const button = document.querySelectorAll('form button')[number];
  const shown = (field) => greedy || !field.closest('.pot');
  for (const field of button.form.elements) {
    if (field.type === 'checkbox' || field.type === 'radio') field.checked = true;
    else if (field.type === 'email') field.value = 'robot@scanner.test';
    else if (/text/.test(field.type) && shown(field) && !field.value) field.value = 'Robot';
  }
  button.form.noValidate = true;
  button.form.requestSubmit(button);
}"""
STEPS = 3
"""How many pages it follows: what a form leads to may be a form again."""


@dataclass(frozen=True, slots=True)
class Robot:
    """Waits so long on every page; a greedy one also fills what people do not see."""

    page: Page
    clock: Traveller
    greedy: bool = False

    def press_everything(self, link: str, seconds: float) -> None:
        """Open a link, wait, send every form that there is by every button, and so on where that leads."""
        self.page.goto(link)
        for number in range(self._buttons()):
            self.page.goto(link)
            self._follow(number, seconds)

    def _follow(self, number: int, seconds: float) -> None:
        for step in range(STEPS):
            if step and not self._buttons():
                return
            self.clock.shift(seconds)
            with self.page.expect_navigation():
                self.page.evaluate(FILL_AND_PRESS, [0 if step else number, self.greedy])

    def _buttons(self) -> int:
        return int(self.page.evaluate(COUNT))

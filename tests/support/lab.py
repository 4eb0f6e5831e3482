"""What a person does with mouse and keyboard in JupyterLab, with a picture of each step."""

import contextlib
import re
import shutil

from playwright.sync_api import Error, expect

from tiny import ROOT

SCREENSHOTS = ROOT / "screenshots"


class Lab:
    """JupyterLab in a browser's page.

    Parameters
    ----------
    page : playwright.sync_api.Page
    day : str
        Names the folder of the screenshots.
    """

    def __init__(self, page, day):
        self.page, self._folder, self._taken = page, SCREENSHOTS / day, 0
        shutil.rmtree(self._folder, ignore_errors=True)
        expect(page.get_by_role("tab", name="Launcher")).to_be_visible()

    @contextlib.contextmanager
    def step(self, name):
        """Take a picture after a step; if the step fails, say where the picture is."""
        self._taken += 1
        path = self._folder / f"{self._taken:02}-{name.replace(' ', '-')}.png"
        try:
            yield
        except Exception as error:
            with contextlib.suppress(Error):
                self._photograph(path)
            raise AssertionError(f"{name}: see {path}\n{error}") from error
        self._photograph(path)

    def _photograph(self, path):
        self.page.screenshot(path=path, animations="disabled")

    def menu(self, name, item):
        """Choose an item of the menu bar."""
        self.page.get_by_role("menuitem", name=name, exact=True).click()
        self.page.get_by_role("menuitem", name=item, exact=True).click()

    def tab(self, name):
        """Bring a tab of the main area to the front."""
        self.page.get_by_role("tab", name=name).click()

    def save(self):
        """Save what is open in front."""
        self.page.keyboard.press("Control+S")
        expect(self.page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)

    def cell(self, text):
        """The cell of the open notebook that holds a piece of code."""
        return self.page.locator(".jp-Notebook .jp-CodeCell").filter(
            has=self.page.locator(".cm-content").filter(has_text=text)
        )

    def write(self, cell, code):
        """Put code into a cell in place of what it holds, and run it."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(code)
        self.run(cell)

    def type_line(self, text):
        """Type a line of code, key by key, in place of the line that the cursor is in."""
        self.page.keyboard.press("Home")
        self.page.keyboard.press("Shift+End")
        self.page.keyboard.type(text)

    def run(self, cell):
        """Run a cell and wait until it has run."""
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.text_content()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        expect(prompt).not_to_have_text(before)
        expect(prompt).to_have_text(re.compile(r"\[\d+\]:"))

"""The docs page as its reader uses it: the form to sign in, and an operation tried out."""

from dataclasses import dataclass

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as ec
from selenium.webdriver.support.ui import WebDriverWait

from app.demo.people import PASSWORD
from tests.factories.browsing import PATIENCE

_FILL = """
const [field, text] = arguments;
const kind = Object.getPrototypeOf(field);
Object.getOwnPropertyDescriptor(kind, "value").set.call(field, text);
field.dispatchEvent(new Event("input", {bubbles: true}));
field.dispatchEvent(new FocusEvent("focusout", {bubbles: true}));
"""


@dataclass(frozen=True, slots=True)
class DocsPage:
    """One browser on the docs page."""

    browser: Chrome

    def wait(self) -> WebDriverWait[Chrome]:
        """Wait for what the page does next."""
        return WebDriverWait(self.browser, PATIENCE, poll_frequency=0.1)

    def find(self, selector: str) -> WebElement:
        """Return an element as soon as it can be seen."""
        there = ec.visibility_of_element_located((By.CSS_SELECTOR, selector))
        return self.wait().until(there, f"{selector} is not there")

    def open(self, address: str) -> None:
        """Open the page and wait for its operations."""
        self.browser.get(f"{address}/docs")
        self.find("#operations-sessions-show_me")

    def sign_in(self, login: str, password: str = PASSWORD, code: str = "") -> None:
        """Fill in the form and send it."""
        said = {"centre": "bialystok", "login": login, "password": password, "code": code}
        for name, text in said.items():
            field = self.find(f"#sign-in [name={name}]")
            field.clear()
            field.send_keys(text)
        self.find("#sign-in button").click()

    def paste(self, token: str) -> None:
        """Give a token to Swagger UI's own dialog."""
        self.find(".btn.authorize").click()
        self.find(".auth-container input").send_keys(token)
        self.find(".auth-btn-wrapper .authorize").click()
        self.find(".auth-btn-wrapper .btn-done").click()

    def who(self) -> str:
        """Return who the page says is signed in."""
        return self.find("#signed-in strong").text

    def operation(self, name: str) -> "Operation":
        """Open an operation, `sessions-show_me`, for trying it out; the page finds no fault."""
        operation = Operation(self, f"#operations-{name}")
        for button in (".opblock-summary-control", ".try-out__btn"):
            operation.press(button)
        faults = self.browser.find_elements(By.CSS_SELECTOR, ".errors-wrapper")
        assert not faults, faults[0].text
        return operation


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the page."""

    page: DocsPage
    place: str

    def find(self, selector: str) -> WebElement:
        """Return an element of this operation."""
        return self.page.find(f"{self.place} {selector}")

    def press(self, selector: str) -> None:
        """Press a button, wherever the page has scrolled to."""
        self.page.browser.execute_script("arguments[0].click()", self.find(selector))

    def fill(self, selector: str, text: str) -> None:
        """Put a text into a field at once, for the page draws itself anew at each keystroke.

        Then leave the field, as a person does: else the page takes the text a third of a second
        later, and a fast machine sends the request without it.
        """
        self.page.browser.execute_script(_FILL, self.find(selector), text)

    def execute(self) -> tuple[str, str]:
        """Send the request; return the answer's status and everything that is shown of it."""
        if self.page.browser.find_elements(By.CSS_SELECTOR, f"{self.place} .btn-clear"):
            self.press(".btn-clear")
        self.press(".execute")
        return self.answer()

    def answer(self) -> tuple[str, str]:
        """Wait for the answer; return its status and everything that is shown of it."""
        shown = self.find(".live-responses-table .response")
        status = self.find(".live-responses-table tbody .response-col_status").text
        return status.split()[0], shown.text

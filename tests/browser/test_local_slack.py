"""The bot on the local Slack's page, as a person meets it in a browser."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.demo.__main__ import everything


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async with everything(0) as demo:
        yield demo.slack.address


async def be(page: Page, address: str, name: str) -> None:
    await page.goto(address)
    await page.get_by_role("button", name=name).first.click()


async def type_in(page: Page, words: str) -> None:
    await page.get_by_role("textbox", name="Message").fill(words)
    await page.get_by_role("textbox", name="Message").press("Enter")


async def test_a_learner_asks_for_their_training(address: str, page: Page, picture: Any, accessible: Any) -> None:
    await be(page, address, "Ada Marsh")
    await type_in(page, "/litmos")
    channel = page.get_by_role("tabpanel", name="#general")
    await expect(channel.get_by_text("overdue by 9 days")).to_be_visible()
    await expect(page.get_by_role("row", name="GET /users").first).to_be_visible()
    await picture("slack-my-training")
    assert await accessible() == []


async def test_a_leader_assigns_with_a_modal_and_gets_proof(
    address: str, page: Page, picture: Any, accessible: Any
) -> None:
    await be(page, address, "Lena Fischer")
    await type_in(page, '/litmos assign "Fire & Safety" to @noor')
    modal = page.get_by_role("dialog", name="Confirm")
    await expect(modal.get_by_text("not assigned -> will be assigned")).to_be_visible()
    await picture("slack-confirm")
    assert await accessible() == []
    await modal.get_by_role("button", name="Assign").click()
    done = page.get_by_role("dialog", name="Litmos")
    await expect(done.get_by_text("Assign done")).to_be_visible()
    await expect(page.locator("#audit").get_by_text("done", exact=True).first).to_be_visible()
    await picture("slack-done")
    await page.keyboard.press("Escape")
    await expect(done).to_be_hidden()
    await page.get_by_role("tab", name="Litmos messages").click()
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()


async def test_she_declines_and_nothing_happens(address: str, page: Page) -> None:
    await be(page, address, "Lena Fischer")
    await type_in(page, "/litmos unassign XLF-01 from @ada")
    modal = page.get_by_role("dialog", name="Confirm")
    await expect(modal.get_by_text("will be removed")).to_be_visible()
    changes = page.locator("#requests").get_by_role("row", name="DELETE")
    before = await changes.count()
    await modal.get_by_role("button", name="Cancel").click()
    await expect(modal).to_be_hidden()
    assert await changes.count() == before


async def test_a_form_completes_names_from_the_keyboard_alone(address: str, page: Page, picture: Any) -> None:
    await be(page, address, "Lena Fischer")
    await type_in(page, "/litmos assign")
    modal = page.get_by_role("dialog", name="Assign")
    people = modal.get_by_role("combobox", name="People")
    await people.press_sequentially("noor")
    await people.press("Enter")
    training = modal.get_by_role("combobox", name="Training")
    await training.press_sequentially("fire")
    await expect(modal.get_by_role("option", name="Fire & Safety (FIRE-01)")).to_be_visible()
    await picture("slack-form")
    await training.press("Enter")
    await modal.get_by_role("button", name="Next").click()
    await expect(page.get_by_role("dialog", name="Confirm").get_by_text("“Fire & Safety” (FIRE-01)")).to_be_visible()


async def test_a_reset_of_two_people_takes_the_typed_word(address: str, page: Page, picture: Any) -> None:
    await be(page, address, "Omar Haddad")
    await type_in(page, "/litmos reset FA-01 for @ada, Zoë O'Brien, Nia Adeyemi, Priya Raman, Diego Alvarez")
    modal = page.get_by_role("dialog", name="Confirm")
    await expect(modal.get_by_text("A reset cannot be undone.")).to_be_visible()
    word = modal.get_by_role("textbox", name="Type RESET to go on")
    await word.fill("no")
    await modal.get_by_role("button", name="Reset").click()
    await expect(modal.get_by_role("alert")).to_contain_text("Type RESET")
    await picture("slack-typed-word")
    await modal.get_by_role("textbox", name="Type RESET to go on").fill("RESET")
    await modal.get_by_role("button", name="Reset").click()
    await expect(page.get_by_role("dialog", name="Litmos").get_by_text("done", exact=False).first).to_be_visible()


async def test_app_home_shows_ones_own_training_and_the_team(
    address: str, page: Page, picture: Any, accessible: Any
) -> None:
    await be(page, address, "Lena Fischer")
    await page.get_by_role("tab", name="Litmos home").click()
    home = page.get_by_role("tabpanel", name="Litmos home")
    await expect(home.get_by_role("heading", name="Your team")).to_be_visible()
    await expect(home.get_by_role("cell", name="Ada Marsh")).to_be_visible()
    await home.get_by_role("heading", name="Your team").scroll_into_view_if_needed()
    await picture("slack-home")
    assert await accessible() == []
    await page.emulate_media(color_scheme="dark")
    await expect(page.locator("body")).to_have_css("background-color", "rgb(26, 29, 33)")
    await picture("slack-home-dark")
    assert await accessible() == []


async def test_results_open_over_home_and_close_again(address: str, page: Page) -> None:
    await be(page, address, "Ada Marsh")
    await page.get_by_role("tab", name="Litmos home").click()
    home = page.get_by_role("tabpanel", name="Litmos home")
    await home.get_by_role("button", name="Results").first.click()
    modal = page.get_by_role("dialog", name="Litmos")
    await expect(modal.get_by_text("Fire & Safety")).to_be_visible()
    await modal.get_by_role("button", name="Close").last.click()
    await expect(modal).to_be_hidden()


async def test_a_guest_is_refused_in_words(address: str, page: Page) -> None:
    await be(page, address, "Gus Guest")
    await type_in(page, "/litmos")
    await expect(page.get_by_text("Guests cannot use this.")).to_be_visible()

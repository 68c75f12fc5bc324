// A one-time link opened by a person: press the page's one button for them. What only fetches the address presses nothing.
document.querySelector("form[data-submit-at-once]")?.requestSubmit();

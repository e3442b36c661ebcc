"""Trees for tests, short enough to be read beside what is asserted of them."""

from __future__ import annotations

from callcenter.ivr.checks import Report, check_tree
from callcenter.ivr.flow import Context, Event, Step, advance, begin
from callcenter.ivr.tree import Tree, read_tree
from callcenter.setup.toml_source import parse, validate

QUEUES = ("accounts", "cards")
GRADES = ("A", "B")

# One node of every kind; lines are counted from this text's first one.
EVERY_KIND = """\
begin = "hello"
values = { balance = { personal = true } }
[nodes]
hello = { kind = "say", prompts = ["welcome"], next = "by_number" }
wait = { kind = "queue", queue = "accounts", prompts = ["one_moment"] }
cards = { kind = "queue", queue = "cards" }
bye = { kind = "hang_up", prompts = ["goodbye"] }
gone = { kind = "hang_up" }
done = { kind = "milestone", name = "balance_heard", next = "menu" }
tell = { kind = "say", prompts = ["your_balance"], next = "done" }
[nodes.by_number]
kind = "identify"
by = "number"
found = "pin"
unknown = "account"
several = "account"
withheld = "account"
failed = "wait"
[nodes.account]
kind = "input"
prompts = ["key_account"]
on_invalid = ["sorry"]
name = "account"
max_digits = 8
tries = 2
next = "by_account"
no_input = "wait"
too_many = "wait"
[nodes.by_account]
kind = "identify"
by = "account"
value = "account"
found = "repeat"
unknown = "wait"
several = "wait"
failed = "wait"
[nodes.repeat]
kind = "say"
prompts = ["your_account"]
next = "pin"
[nodes.pin]
kind = "verify"
prompts = ["key_pin"]
on_wrong = ["sorry"]
right = "grade"
wrong = "wait"
locked = "wait"
no_input = "wait"
failed = "wait"
[nodes.grade]
kind = "branch"
on = "grade"
cases = { A = "cards" }
else = "menu"
[nodes.menu]
kind = "menu"
prompts = ["choose"]
on_invalid = ["sorry"]
on_silence = ["hello_there"]
choices = { 1 = "tell", 2 = "english", 9 = "bye", "*" = "gone", 0 = "wait" }
no_input = "bye"
too_many = "wait"
[nodes.english]
kind = "language"
language = "en"
next = "unrecorded"
[nodes.unrecorded]
kind = "no_recording"
next = "open"
[nodes.open]
kind = "branch"
on = "open"
queue = "accounts"
cases = { yes = "wait" }
else = "bye"
[prompts.en]
welcome = "Welcome."
one_moment = "One moment."
goodbye = "Goodbye."
your_balance = "You have {{ balance | money }}."
key_account = "Your account?"
your_account = "Account {{ account | digits }}."
key_pin = "Your PIN?"
choose = "One, nine, star or zero?"
sorry = "Sorry?"
hello_there = "Hello?"
"""


def checked(text: str, limited: tuple[str, ...] = ()) -> Report:
    source = parse(text, name="t.toml")
    return check_tree(source, validate(source, Tree), queues=QUEUES, grades=GRADES, limited=limited)


def problems_of(text: str, limited: tuple[str, ...] = ()) -> list[str]:
    return [str(problem) for problem in checked(text, limited).problems]


def every_kind() -> Tree:
    return read_tree(EVERY_KIND)


class Caller:
    """Walks a tree as the core does: keeps where the contact stands and remembers the path."""

    def __init__(self, tree: Tree, context: Context) -> None:
        self.tree = tree
        self.context = context
        self.path: list[tuple[str, str]] = []
        self.milestones: list[str] = []
        self.step = self._took(begin(tree, context))

    def does(self, event: Event, context: Context | None = None) -> Step:
        self.context = context or self.context
        step = advance(self.tree, self.step.node, self.step.tries, event, self.context)
        self.step = self._took(step)
        return self.step

    def _took(self, step: Step) -> Step:
        self.path += step.path
        self.milestones += step.milestones
        return step

"""Any tree with any events: what `checks` lets through, `flow` walks to an end.

Random trees are drawn in two ways. Wild ones lead anywhere: on them a step may only end or say what is wrong.
Tidy ones lead a passive caller forwards, so that many pass the checks: on them a call must hold every promise.
"""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from callcenter.facts import KeysKind, PinResult, Prompt
from callcenter.ivr import tree as t
from callcenter.ivr.checks import check_tree
from callcenter.ivr.flow import (
    Begun,
    CheckPin,
    Context,
    Enqueue,
    Event,
    FindCustomer,
    Found,
    IllegalEvent,
    Keyed,
    Leave,
    LookUpBroke,
    LoopFound,
    NotKeyed,
    PinAnswered,
    Speak,
    Spoken,
    Step,
    Unknown,
    advance,
    begin,
)
from callcenter.ivr.tree import PIN_TRIES_MAX, Node, Tree, is_unproven
from callcenter.setup.toml_source import Source

NODES = 9
KINDS = ("say", "menu", "menu", "input", "branch", "milestone", "language", "no_recording", "open")
ASKING_KINDS = ("identify_number", "identify_account", "verify")
PROMPTS = {"en": {"hi": "Hi.", "own": "You keyed {{ account }}.", "rich": "You have {{ balance | money }}."}}
SOURCE = Source(name="random", data={}, lines={}, text="")
BALANCE = ("balance", "c/balance")

Target = Callable[[bool], str]
"""draws the node of an exit; whether only a caller who wants it goes there"""


def _node(draw: st.DrawFn, kind: str, to: Target) -> Node:
    prompts = (draw(st.sampled_from(("hi", "hi", "hi", "own", "rich", "rich"))),)
    tries = draw(st.integers(1, 3))
    match kind:
        case "say":
            return t.Say(prompts, to(False))
        case "menu":
            choices = {key: to(True) for key in draw(st.sets(st.sampled_from("0123*#"), min_size=1))}
            return t.Menu(prompts, choices, to(False), to(False), tries=tries)
        case "input":
            return t.Input(prompts, "account", to(True), to(False), to(False), 8, tries=tries)
        case "identify_number":
            return t.Identify("number", to(False), to(False), to(False), to(False), withheld=to(False))
        case "identify_account":
            return t.Identify("account", to(False), to(False), to(False), to(False), value="account")
        case "verify":
            exits = [to(True), *(to(False) for _ in range(4))]
            return t.Verify(prompts, *exits, tries=tries)
        case "branch":
            on = draw(st.sampled_from(("identified", "verified", "pin_asked")))
            return t.Branch(on, {"yes": to(False)}, to(False))
        case "language":
            return t.SpeakIn("en", to(False))
        case "no_recording":
            return t.NoRecording(to(False))
        case "open":
            return t.Branch("open", {draw(st.sampled_from(("yes", "no"))): to(False)}, to(False), "q")
        case _:
            return t.Milestone("served", to(False))


def _beginning(draw: st.DrawFn, name: str, to: Target) -> Node:
    """Where most real trees begin; few others ever get as far as the balance."""
    if name == "n1":
        away = draw(st.sampled_from(("wait", "n5")))
        return t.Verify(("hi",), to(False), away, "wait", "bye", away, tries=draw(st.integers(1, 3)))
    unknown = draw(st.sampled_from(("wait", "n3", "n4")))
    return t.Identify("number", "n1", unknown, "wait", unknown, withheld="wait")


@st.composite
def trees(draw: st.DrawFn, tidy: bool) -> Tree:
    names = [f"n{number}" for number in range(NODES)]
    line = t.Queue("q", ("hi",))
    ends: dict[str, Node] = {"wait": line, "bye": t.HangUp()}
    if draw(st.booleans()):
        ends |= {"wait": t.Branch("open", {"yes": "line"}, "bye", "q"), "line": line}
    nodes: dict[str, Node] = {}
    for number, name in enumerate(names):

        def target(deliberate: bool, number: int = number) -> str:
            forwards = tidy and not deliberate
            return draw(st.sampled_from([*(names[number + 1 :] if forwards else names), "wait", "bye"]))

        nodes[name] = _node(draw, draw(st.sampled_from(KINDS if tidy else KINDS + ASKING_KINDS)), target)
        if tidy and number < 2:
            nodes[name] = _beginning(draw, name, target)
    return Tree("n0", nodes | ends, PROMPTS, values={"balance": t.ValueSetup()})


EVENTS = st.one_of(
    st.sampled_from((Begun(), Spoken(), NotKeyed(), Found(), LookUpBroke(), Unknown(0), Unknown(2))),
    st.builds(Keyed, st.sampled_from(("", "0", "1", "7", "*")), st.booleans()),
    st.builds(PinAnswered, st.sampled_from(PinResult)),
)
CONTEXTS = st.builds(
    Context, st.booleans(), st.booleans(), st.booleans(), st.sampled_from(("", "A")), st.just("en")
)


@given(trees(tidy=False), CONTEXTS, st.lists(EVENTS, max_size=30))
@settings(max_examples=150, deadline=None)
def test_whatever_happens_a_step_ends_or_says_what_is_wrong(
    tree: Tree, context: Context, events: list[Event]
):
    node, tries = tree.begin, 0
    for happened in (Begun(), *events):
        try:
            step = advance(tree, node, tries, happened, context)
        except (IllegalEvent, LoopFound):
            continue
        node, tries = step.node, step.tries
        assert step.node in tree.nodes


@given(trees(tidy=False))
@settings(max_examples=150, deadline=None)
def test_any_tree_can_be_checked(tree: Tree):
    check_tree(SOURCE, tree, queues={"q"}, grades=())


class Call:
    """A caller who does as hypothesis says, and a core that keeps what it should."""

    def __init__(self, tree: Tree, data: st.DataObject, withheld: bool) -> None:
        self.tree = tree
        self.data = data
        self.context = Context(withheld=withheld)
        self.limited = "line" in tree.nodes
        self.ways: list[tuple[Node, str]] = []
        """(what was left, by which exit)"""
        self.wrong_pins = 0
        self.step = self._took(begin(tree, self.context))

    def goes_on(self, wants: bool) -> None:
        """One more event. Without `wants` the caller does nothing that leads anywhere."""
        happened = self.data.draw(st.sampled_from(self._possible(self.step.want, wants)))
        if happened == Found():
            self.context = replace(self.context, identified=True, values=(*self.context.values, BALANCE))
        if happened == PinAnswered(PinResult.RIGHT):
            self.context = replace(self.context, verified=True)
        self.wrong_pins += happened == PinAnswered(PinResult.WRONG)
        closed = frozenset(["q"]) if self.limited and self.data.draw(st.booleans()) else frozenset()
        self.context = replace(self.context, closed=closed)
        step = advance(self.tree, self.step.node, self.step.tries, happened, self.context)
        if step.value_name:
            self.context = replace(self.context, values=(*self.context.values, (step.value_name, "c/keys")))
        self.step = self._took(step)

    def _took(self, step: Step) -> Step:
        asked = any(is_unproven(self.tree.nodes[node], exit) for node, exit in step.path)
        self.context = replace(self.context, pin_asked=self.context.pin_asked or asked)
        self.ways += [(self.tree.nodes[node], exit) for node, exit in step.path]
        return step

    def _possible(self, want: object, wants: bool) -> list[Event]:
        match want:
            case Speak(_, None):
                return [Spoken()]
            case Speak(_, listen) if listen is not None:
                keyed: list[Event] = [Keyed("8"), NotKeyed(), Keyed()]
                if wants and listen.kind is KeysKind.CHOICE:
                    keyed += [Keyed(key) for key in "0123*#"]
                elif wants or listen.kind is KeysKind.SECRET:
                    keyed += [Keyed(has_value=True, value=None)]
                return keyed
            case FindCustomer():
                return [Found(), Unknown(0), Unknown(3), LookUpBroke()]
            case CheckPin():
                results = set(PinResult) - {PinResult.FORGOTTEN} - (set() if wants else {PinResult.RIGHT})
                return [LookUpBroke(), *(PinAnswered(result) for result in sorted(results))]
            case _:
                raise AssertionError(f"{want} isn't a question")

    def promises_hold(self) -> None:
        assert self.wrong_pins <= PIN_TRIES_MAX
        if isinstance(self.step.want, Speak):
            spoken = self.step.want.prompts
            assert Prompt("not_available") not in spoken
            assert self.context.verified or all(BALANCE not in prompt.refs for prompt in spoken)
        if isinstance(self.step.want, Enqueue) and self.limited:
            assert self._found_open()

    def _found_open(self) -> bool:
        """Whether the last that was asked on the way here was the clock, and it said yes."""
        asking = (t.Menu, t.Input, t.Verify, t.Identify)
        for node, exit in reversed(self.ways):
            if isinstance(node, t.Branch) and node.on == "open":
                return exit == "yes" or (exit == "else" and "yes" not in node.cases)
            if isinstance(node, asking):
                return False
        return False


def ended(step: Step) -> bool:
    return isinstance(step.want, Enqueue | Leave)


@given(trees(tidy=True), st.booleans(), st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_a_proven_tree_keeps_its_promises_and_lets_a_passive_caller_out(
    tree: Tree, withheld: bool, data: st.DataObject
):
    limited = ("q",) if "line" in tree.nodes else ()
    found = check_tree(SOURCE, tree, queues={"q"}, grades=(), limited=limited).problems
    assume(all("no way leads to this node" in problem.what for problem in found))
    event(f"proven, hours of {limited}")
    call = Call(tree, data, withheld)
    for _ in range(data.draw(st.integers(0, 12))):
        if not ended(call.step):
            call.goes_on(wants=True)
        call.promises_hold()
    events = 0
    # At most three tries and a PIN check each at every node, and the words at the end.
    while not ended(call.step):
        call.goes_on(wants=False)
        call.promises_hold()
        events += 1
        assert events <= 6 * NODES + 1

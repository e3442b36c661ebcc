"""A caller and the tree: arrival, prompts and keys, look-ups, PIN checks, and the step into the queue.

The rule: the tree says what comes next (`ivr.flow`), this module turns its steps into facts. Whatever answers
to a play or a look-up that is no longer the open one is late and ignored.
"""

from typing import assert_never

from callcenter import facts as f
from callcenter import hours
from callcenter.decisions import endings, look_ups, relaxation
from callcenter.ivr import flow
from callcenter.ivr.tree import Tree, is_unproven
from callcenter.lifecycles import ContactState, Outcome
from callcenter.queue import waiting_time
from callcenter.state import Contact, Leg, Live

PLAY_SECONDS_MAX = 300
"""the backstop: a provider that has not answered by then never will"""

EXPECTED_WAIT = "expected_wait"
LANGUAGE_LEVEL_MIN = 1
BY_CALLER = "caller"
"""why a talk isn't recorded: the caller refused"""


def on_call_arrived(live: Live, fact: f.CallArrived, at: int) -> list[f.Decision]:
    if fact.leg in live.state.legs:  # told twice under two names: one leg is one contact
        return []
    name, version = live.entries.get(fact.dnis) or live.entries.get("*") or ("", 0)
    number = live.state.counters.contact + 1
    return [f.ContactOpened(number, fact.leg, fact.provider, fact.ani, fact.dnis, name, version)]


def on_contact_opened(live: Live, fact: f.ContactOpened, at: int) -> list[f.Decision]:
    contact = live.state.contacts[fact.contact]
    if contact.state is not ContactState.IVR:  # we call
        return []
    tree = live.tree_of(contact)
    if tree is None:
        return endings.end(live, contact, Outcome.CLOSED)
    context = _context(live, contact, tree, at)
    return _walk(live, contact, flow.begin(tree, context), context, at)


def on_play_over(
    live: Live, fact: f.PlayFinished | f.KeysEntered | f.KeysTimedOut | f.PlayExpired, at: int
) -> list[f.Decision]:
    leg = live.state.legs.get(fact.leg)
    contact = _in_ivr(live, leg)
    if leg is None or contact is None or leg.play is None or leg.play.play != fact.play:
        return []
    if contact.look_up is not None:  # this play was answered already: its answer is being looked up
        return []
    event: flow.Event
    match fact:
        case f.KeysEntered():
            keyed = fact.value is not None or fact.secret is not None
            event = flow.Keyed(fact.choice, keyed, fact.value)
            return _advance(live, contact, event, at, value=fact.value, secret=fact.secret)
        case f.KeysTimedOut():
            event = flow.NotKeyed()
        case f.PlayFinished():
            event = flow.Spoken()
        case f.PlayExpired():
            event = flow.Spoken() if leg.play.listen is None else flow.NotKeyed()
        case _:
            assert_never(fact)
    return _advance(live, contact, event, at)


def on_customer_found(live: Live, fact: f.CustomerFound, at: int) -> list[f.Decision]:
    contact = _asking(live, fact.look_up)
    if contact is None:
        return []
    # Who has heard this call's language so far goes on with it, whatever the record says.
    language = "" if contact.language else fact.language
    return [
        f.LookUpClosed(fact.look_up, "found"),
        f.CustomerIdentified(contact.contact, fact.customer, fact.grade, language, fact.values),
        *_advance(live, contact, flow.Found(), at, found=fact),
    ]


def on_customer_unknown(live: Live, fact: f.CustomerUnknown, at: int) -> list[f.Decision]:
    contact = _asking(live, fact.look_up)
    if contact is None:
        return []
    return [
        f.LookUpClosed(fact.look_up, "unknown"),
        *_advance(live, contact, flow.Unknown(fact.matches), at),
    ]


def on_look_up_broke(live: Live, fact: f.LookUpFailed | f.LookUpExpired, at: int) -> list[f.Decision]:
    contact = _asking(live, fact.look_up)
    if contact is None:
        return []
    return [f.LookUpClosed(fact.look_up, "failed"), *_advance(live, contact, flow.LookUpBroke(), at)]


def on_pin_checked(live: Live, fact: f.PinChecked, at: int) -> list[f.Decision]:
    contact = _asking(live, fact.look_up)
    if contact is None:
        return []
    decisions: list[f.Decision] = [f.LookUpClosed(fact.look_up, fact.result.value)]
    if fact.result is f.PinResult.RIGHT:
        decisions.append(f.CustomerVerified(contact.contact))
    return decisions + _advance(live, contact, flow.PinAnswered(fact.result), at)


def _in_ivr(live: Live, leg: Leg | None) -> Contact | None:
    if leg is None or leg.agent is not None:
        return None
    contact = live.state.contacts.get(leg.contact)
    return contact if contact and contact.state is ContactState.IVR and not contact.quarantined else None


def _asking(live: Live, look_up: int) -> Contact | None:
    """The contact whose tree waits for this look-up; None when the answer is late."""
    contact = look_ups.asking(live, look_up)
    walks = contact is not None and contact.state is ContactState.IVR and not contact.quarantined
    return contact if walks else None


def _context(
    live: Live, contact: Contact, tree: Tree, at: int, found: f.CustomerFound | None = None
) -> flow.Context:
    setup = live.state.setup
    assert setup is not None, "a contact in a tree has a setup"
    values = contact.values | dict(found.values) if found else contact.values
    return flow.Context(
        withheld=contact.ani is None,
        identified=contact.customer is not None,
        verified=contact.verified,
        grade=found.grade if found else contact.grade,
        language=contact.language or (found.language if found else ""),
        values=tuple(values.items()),
        pin_asked=any(is_unproven(tree.nodes[node], exit) for node, exit in contact.path),
        closed=hours.closed_queues(setup, at),
        hours=live.hours,
    )


def _advance(
    live: Live,
    contact: Contact,
    event: flow.Event,
    at: int,
    *,
    found: f.CustomerFound | None = None,
    value: f.Ref | None = None,
    secret: str | None = None,
) -> list[f.Decision]:
    tree = live.tree_of(contact)
    assert tree is not None, "a contact without a tree never enters the IVR"
    context = _context(live, contact, tree, at, found)
    step = flow.advance(tree, contact.node, contact.tries, event, context)
    customer = found.customer if found else contact.customer
    return _walk(live, contact, step, context, at, customer=customer, value=value, secret=secret)


def _walk(
    live: Live,
    contact: Contact,
    step: flow.Step,
    context: flow.Context,
    at: int,
    *,
    customer: int | None = None,
    value: f.Ref | None = None,
    secret: str | None = None,
) -> list[f.Decision]:
    number = contact.contact
    decisions: list[f.Decision] = [f.ChoiceMade(number, node, exit) for node, exit in step.path]
    decisions += [f.MilestoneReached(number, milestone) for milestone in step.milestones]
    if step.language:
        decisions.append(f.LanguageChosen(number, step.language))
    if step.unrecorded:
        decisions.append(f.RecordingDeclined(number, BY_CALLER))
    entered = dict(contact.values)
    if step.value_name and value is not None:
        decisions.append(f.ValueEntered(number, step.value_name, value))
        entered[step.value_name] = value
    decisions.append(f.NodeEntered(number, step.node, step.tries))
    match step.want:
        case flow.Speak(prompts, listen):
            decisions.append(_play(live, contact, prompts, listen, at))
        case flow.FindCustomer(by, name):
            ref = entered.get(name) if name else contact.ani
            decisions.append(look_ups.ask(live, number, by, at, value=ref))
        case flow.CheckPin():
            decisions.append(look_ups.ask(live, number, "pin", at, customer=customer, secret=secret))
        case flow.Enqueue(queue):
            language = step.language or context.language
            decisions += _enqueue(live, contact, queue, at, language=language, grade=context.grade)
        case flow.Leave():
            resolved = contact.milestones or step.milestones
            decisions += endings.end(live, contact, _left(bool(resolved)))
        case _:
            assert_never(step.want)
    return decisions


def _left(resolved: bool) -> Outcome:
    return Outcome.RESOLVED_IN_IVR if resolved else Outcome.LEFT_IN_IVR


def _play(
    live: Live, contact: Contact, prompts: tuple[f.Prompt, ...], listen: f.Listen | None, at: int
) -> f.PlayStarted:
    leg = live.state.legs[contact.leg]
    return f.PlayStarted(
        contact.leg, leg.plays + 1, prompts, listen, loop=False, deadline_at=at + PLAY_SECONDS_MAX * 1000
    )


def _enqueue(
    live: Live, contact: Contact, name: str, at: int, *, language: str, grade: str
) -> list[f.Decision]:
    setup = live.state.setup
    assert setup is not None, "a contact in a tree has a setup"
    decisions: list[f.Decision] = []
    if name not in live.queues:
        # A running call may know a queue that a newer setup has not: somebody must answer it all the same.
        decisions.append(f.AlarmRaised("queue_gone", contact.contact, None))
        name = setup.queues[0].name
    queue = live.queues[name]
    skills = queue.skills
    # A language that nobody in this queue speaks can't be asked for: the caller would wait for ever.
    if language in live.skills[name] and language not in {need.skill for need in skills}:
        skills = (*skills, f.SkillLevel(language, LANGUAGE_LEVEL_MIN))
    points, since_at = live.priority_of(grade), live.waits_since(contact, name, at)
    line, relaxes_at = queue.business_line, relaxation.first_due(queue, at)
    queued = f.ContactQueued(contact.contact, name, skills, points, since_at, line, relaxes_at)
    return [*decisions, queued]


def on_contact_queued(live: Live, fact: f.ContactQueued, at: int) -> list[f.Decision]:
    """Music from now on, after a word on how long it may take."""
    return [_hold_music(live, live.state.contacts[fact.contact], tell_wait=True)]


def on_contact_returned(
    live: Live, fact: f.ContactReturned | f.ContactTransferred, at: int
) -> list[f.Decision]:
    """Who came back from an offer still hears the music; who came back from a talk hears silence."""
    contact = live.state.contacts[fact.contact]
    leg = live.state.legs[contact.leg]
    return [] if leg.play is not None else [_hold_music(live, contact, tell_wait=False)]


def _hold_music(live: Live, contact: Contact, *, tell_wait: bool) -> f.PlayStarted:
    leg = live.state.legs[contact.leg]
    music = f.Prompt(live.queue_of(contact).hold_prompt)
    bound = waiting_time.bound_ms(live.state.recent_waits.get(contact.queue, ())) if tell_wait else None
    prompts: tuple[f.Prompt, ...] = (music,)
    if bound is not None:
        told = f.Prompt(EXPECTED_WAIT, args=(("minutes", str(waiting_time.minutes(bound))),))
        prompts = (told, music)
    return f.PlayStarted(contact.leg, leg.plays + 1, prompts, None, loop=True, deadline_at=None)

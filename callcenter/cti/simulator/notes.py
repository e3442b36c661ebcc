"""What agents write about a call, in the language in which it was held, and the disposition that goes with it.

The rule: a note fits its reason and names no person. The blanks are filled by chance, so two calls about the same
are seldom told in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from callcenter.cti.simulator.trade import ENGLISH, MANDARIN, Reason

R = Reason

NOTES: Mapping[str, Mapping[Reason, tuple[str, ...]]] = {
    ENGLISH: {
        R.BALANCE: (
            "Asked about a booking of {amount} USD; explained it line by line.",
            "Salary not booked yet. It is on its way, should be there by {day}.",
            "Balance read out, matches the statement. Wanted the last five bookings too.",
            "Did not recognise {amount} USD: it is the yearly insurance. All clear now.",
            "Asked why the app shows another balance: two card payments are pending.",
            "Statement for {month} sent by post once more.",
            "Wants paper statements again. Changed.",
            "Could not find {amount} USD from a friend; it came in this morning.",
        ),
        R.CARD: (
            "Card ending in {last4} blocked. New one ordered, five working days.",
            "Left the card at a gas station. Blocked; last booking {amount} USD is theirs.",
            "New card has not come. Address is right, sent again by courier.",
            "Card declined abroad. Travel flag set until end of {month}.",
            "Magnetic strip worn out. Replacement ordered, old card works until then.",
            "Wallet stolen on {day}. Both cards blocked, police report will follow.",
            "Wants a second card for the spouse. Form sent by e-mail.",
            "Raised the daily limit to {round} USD for two weeks.",
        ),
        R.APPOINTMENT: (
            "Inspection booked for {day} at {time}. Drop-off with key box.",
            "Moved the service from {day} to the week after.",
            "Oil change and tyres, {day} {time}. Needs a ride to work.",
            "Asked for Saturday; none free. Called list, will be told if one opens.",
            "Cancelled {day}. Will call again after the holidays.",
            "Car is a {car}. Service at {round} miles, loan car reserved.",
            "Wanted the price first: {amount} USD, agreed. {day} at {time}.",
        ),
        R.TRANSFER: (
            "Wire of {amount} USD stuck: account number had a digit too many. Sent anew.",
            "Standing order for the rent stopped, new one set up.",
            "Sent {amount} USD to the wrong payee. Recall started; told it may take ten days.",
            "Asked how long a transfer to Europe takes. Two working days.",
            "Limit for transfers raised to {round} USD until {day}.",
            "Transfer was held for a check. Verified with the customer and released.",
            "Direct debit of {amount} USD returned at the customer's wish.",
        ),
        R.FEE: (
            "Overdraft fee of {fee} USD disputed. First time this year: waived.",
            "Monthly fee charged in spite of the minimum balance. Refund of {fee} USD requested.",
            "Unhappy with the foreign transaction fee. Explained it; wants it in writing.",
            "Charged twice for the same wire. {fee} USD will be refunded, call back promised by {day}.",
            "Third call about the late fee. Apologised, passed to the team lead with the dates.",
            "Fee of {fee} USD was right. Customer does not agree and will write to us.",
            "Says the branch promised no fee. Asked the branch; answer by {day}.",
        ),
        R.PIN: (
            "PIN locked after three tries. Identity checked, new PIN by post.",
            "Forgot the PIN of the card ending in {last4}. New one ordered.",
            "Telephone PIN set anew after the security questions.",
            "PIN letter has not come. Sent again, old one void.",
            "Wanted to choose the PIN: explained how at a cash machine.",
        ),
        R.LOAN: (
            "Asked for the payoff amount at the end of {month}. Letter is on its way.",
            "Car loan over {round} USD: sent the list of papers, appointment {day} {time}.",
            "Refinancing at {rate} %: wants to think about it, call again on {day}.",
            "Instalment moved to the 15th from {month} on.",
            "Lost the job, asks for a pause of two instalments. Passed on with the papers.",
            "Application is with the underwriters, answer within three days.",
            "Wanted to know whether extra payments cost anything. They don't.",
        ),
        R.BREAKDOWN: (
            "{car} does not start, home driveway. Patrol in {minutes} minutes, battery.",
            "Flat tyre on the 101, car stands safely. Tow ordered, {minutes} minutes.",
            "Overheated on the Bay Bridge. Told to stay behind the rail; tow and CHP informed.",
            "Locked out, key in the car. Locksmith sent, {minutes} minutes.",
            "Ran out of gas near exit {exit}. Patrol with a can on its way.",
            "Called again: patrol is late. Now {minutes} minutes, apologised.",
            "Tow to the garage in {place}. Loan car waits there.",
        ),
        R.WARRANTY: (
            "Noise from the gearbox of the {car}. Within warranty, goes to the garage on {day}.",
            "Asked whether the battery is covered: eight years, yes. Sent the terms.",
            "Warranty ran out in {month}. Goodwill asked for from the maker.",
            "Repair done twice and the light is on again. Garage calls back by {day}.",
            "Wanted the extended warranty. Offer over {amount} USD sent.",
        ),
        R.OTHER: (
            "Wrong number, wanted the branch in {place}. Connected.",
            "Change of address, confirmation goes out by post.",
            "Asked for the holiday hours.",
            "Line was bad, got everything in the end.",
            "Wanted to thank a colleague. Passed on.",
        ),
    },
    MANDARIN: {
        R.BALANCE: (
            "查询一笔{amount}美元的入账，已逐笔说明。",
            "工资尚未到账，已告知最迟{day_zh}入账。",
            "核对余额与账单一致，并报了最近五笔交易。",
            "手机银行余额不符：有两笔刷卡待入账，已解释。",
            "要求补寄{month_zh}账单，已寄出。",
        ),
        R.CARD: (
            "尾号{last4}的卡已挂失，新卡五个工作日内寄到。",
            "卡忘在加油站，已停卡；最后一笔{amount}美元为本人消费。",
            "新卡未收到，地址无误，改用快递重寄。",
            "在国外刷卡被拒，已开通境外使用至{month_zh}底。",
            "钱包{day_zh}被盗，两张卡均已停用，客户稍后补报案回执。",
        ),
        R.APPOINTMENT: (
            "预约{day_zh}{time}保养，需要代步车。",
            "把{day_zh}的保养改到下周。",
        ),
        R.TRANSFER: (
            "汇款{amount}美元被退回：账号多一位，已重新汇出。",
            "汇错收款人，已发起追回，告知约需十天。",
            "询问汇款到国内需要多久：两到三个工作日。",
            "转账限额临时提高到{round}美元，至{day_zh}。",
            "房租的定期转账已停止并重新设置。",
        ),
        R.FEE: (
            "对{fee}美元透支费有异议，本年首次，已免除。",
            "余额达标仍收月费，已申请退还{fee}美元。",
            "同一笔电汇收费两次，承诺{day_zh}前回电并退款。",
            "对境外交易费不满，已解释，客户要求书面答复。",
        ),
        R.PIN: (
            "密码三次输错被锁，核实身份后新密码以信函寄出。",
            "忘记尾号{last4}卡的密码，已申请重置。",
            "电话密码已重新设置。",
        ),
        R.LOAN: (
            "查询{month_zh}底提前还款金额，还款函已寄出。",
            "车贷{round}美元：材料清单已发，预约{day_zh}{time}面谈。",
            "房贷再融资利率{rate}%，客户考虑后{day_zh}再来电。",
        ),
        R.BREAKDOWN: (
            "{car}无法启动，救援约{minutes}分钟到。",
            "101公路爆胎，人已在安全处，拖车约{minutes}分钟。",
        ),
        R.WARRANTY: ("{car}变速箱异响，在保修期内，{day_zh}进厂检查。",),
        R.OTHER: (
            "变更地址，确认函邮寄。",
            "询问节假日营业时间。",
            "咨询{place}网点地址，已告知。",
        ),
    },
}

PROMISED: Mapping[str, str] = {
    ENGLISH: 'Promised: "{promised}". Entered it, the customer will be told when it is done.',
    MANDARIN: "已承诺：“{promised}”。已登记，办妥后通知客户。",
}
"""for a call in which something was promised that stands in the customer's record"""

SENT_ON: Mapping[str, tuple[str, ...]] = {
    ENGLISH: (
        "Belongs to {title}. Told the customer and sent it on.",
        "Wanted {title} after all; sent on with what was said so far.",
        "Not for us: {title} takes over.",
    ),
    MANDARIN: ("属于“{title}”，已告知客户并转接。", "客户实际需要“{title}”，已转接。"),
}
PROMISING = ("promised", "call back")
"""by which of them a disposition is taken for one of a promise"""

WORDS_OF: Mapping[Reason, tuple[str, ...]] = {
    R.BALANCE: ("answered", "question", "account", "information"),
    R.CARD: ("block", "card", "replacement", "lost"),
    R.APPOINTMENT: ("appointment", "booked", "moved", "service"),
    R.TRANSFER: ("transfer", "payment", "sent"),
    R.FEE: ("fee", "refund", "complaint", "dispute", "charge", "promised", "settled"),
    R.PIN: ("pin", "identity", "details", "answered"),
    R.LOAN: ("advice", "application", "repay", "loan", "appointment", "instalment"),
    R.BREAKDOWN: ("patrol", "tow", "help", "sent", "arranged", "dispatch"),
    R.WARRANTY: ("warranty", "garage", "repair", "goodwill"),
    R.OTHER: ("other", "changed", "details", "answered"),
}
"""by which of them a disposition is taken for one of this reason's"""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_DAYS_ZH = ("周一", "周二", "周三", "周四", "周五")
_MONTHS = ("January", "March", "April", "June", "August", "September", "October", "December")
_MONTHS_ZH = ("一月", "三月", "四月", "六月", "八月", "九月", "十月", "十二月")
_CARS = ("Honda Civic", "Toyota Camry", "Subaru Outback", "Ford F-150", "Tesla Model 3", "Mazda CX-5")
_PLACES = ("Oakland", "San Mateo", "Berkeley", "Daly City", "Richmond", "San Leandro")
_FEES = ("12.00", "15.00", "25.00", "35.00", "39.00")
_RATES = ("5.4", "5.9", "6.1", "6.4")


def note(reason: Reason, language: str, chance: Random) -> str:
    """In English when it was held in a language that nobody here writes."""
    return chance.choice(NOTES.get(language, NOTES[ENGLISH])[reason]).format_map(_Blanks(chance))


def sent_on(title: str, language: str, chance: Random) -> str:
    return chance.choice(SENT_ON.get(language, SENT_ON[ENGLISH])).format(title=title)


def promise_disposition(choices: Sequence[str], otherwise: str) -> str:
    return next((one for one in choices if any(word in one.lower() for word in PROMISING)), otherwise)


def promise(promised: str, language: str) -> str:
    return PROMISED.get(language, PROMISED[ENGLISH]).format(promised=promised)


def disposition(reason: Reason, choices: Sequence[str], chance: Random) -> str:
    """One of these that fits, any if none does; "" when there are none."""
    if not choices:
        return ""
    words = WORDS_OF[reason]
    fitting = [choice for choice in choices if any(word in choice.lower() for word in words)]
    return chance.choice(fitting or choices)


class _Blanks(dict[str, str]):
    """Fills only the blanks that a note has."""

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self._chance = chance

    def __missing__(self, blank: str) -> str:
        chance = self._chance
        match blank:
            case "amount":
                return f"{chance.lognormvariate(4.8, 0.9):,.2f}"
            case "round":
                return f"{chance.randrange(2, 40) * 1_000:,}"
            case "last4":
                return f"{chance.randrange(10_000):04}"
            case "minutes":
                return str(chance.randrange(20, 75, 5))
            case "exit":
                return str(chance.randrange(400, 440))
            case "time":
                return f"{chance.randrange(8, 17)}:{chance.choice(('00', '30'))}"
            case _:
                return chance.choice(_WORDS[blank])


_WORDS: Mapping[str, tuple[str, ...]] = {
    "day": _DAYS,
    "day_zh": _DAYS_ZH,
    "month": _MONTHS,
    "month_zh": _MONTHS_ZH,
    "car": _CARS,
    "place": _PLACES,
    "fee": _FEES,
    "rate": _RATES,
}

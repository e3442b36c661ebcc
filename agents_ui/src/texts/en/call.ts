/** The caller's page. */
export const call = {
  "call.phone": "Telephone",
  "keypad.label": "Keypad",
  "keypad.key": "Key {digit}",
  "call.ring": "Call",
  "call.as": "as {name}",
  "call.for": "{number}, for {name}",
  "call.with": "{name} with {centre}",
  "call.who": "Who is calling?",
  "call.stage.choosing": "Ready to call",
  "call.stage.dialling": "Calling…",
  "call.stage.ringing": "You are being called",
  "call.stage.missed": "Missed call",
  "call.stage.up": "Connected",
  "call.stage.interrupted": "Interrupted",
  "call.stage.ended": "Call ended",
  "call.interrupted_about": "The connection is interrupted. Your place is kept; trying again…",
  "call.tips": "Good to know",
  "call.tip_microphone":
    "Your browser asks for the microphone at the first call. Nothing is heard before you call or answer.",
  "call.tip_keys": "Press the keys that the voice names, here or on your keyboard. 0 is for a person.",
  "call.tip_called":
    "Leave this page open: when an agent calls the number you chose, it rings here and you may answer.",
  "call.phone_on": "Your phone is on: {number}",
  "call.phone_off": "Your phone is being plugged in…",
  "stranger.unknown": "Somebody new",
  "stranger.withheld": "Somebody who hides the number",
  "call.phone_none": "If you hide your number, you can't be called back.",
  "call.tip_two_tabs":
    "Agent and caller on one computer? To avoid feedback, only the tab in front speaks. On two computers both speak freely.",
} as const;

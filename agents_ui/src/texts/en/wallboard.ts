/** The wallboard: a television that nobody touches. */
export const wallboard = {
  "page.wallboard": "Wallboard",
  "board.waiting": "waiting now",
  "board.longest": "longest wait",
  "board.level": "service level",
  "board.answered": "answered",
  "board.abandoned": "abandoned",
  "board.ready": "ready",
  "board.talking": "in calls",
  "board.lost": "Reconnecting… figures as of {time}.",
  "board.mute": "No sound: press a key",
  "board.tools": "What can be done here",
  "board.unset": "No queues are set up yet.",
  "keys.full_screen": "Full screen",
  "keys.leave_board": "Back to the supervisor's page",
} as const;

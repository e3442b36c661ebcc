/** The words on the phone socket; `schemas/phone.schema.json` has them in full. */

export const VERSION = 2;

/** Close codes after which coming back is of no use. */
export const FINAL_CODES: Readonly<Record<number, PhoneErrorCode | "ended">> = {
  4400: "protocol",
  4401: "ticket",
  4404: "ended",
  4409: "replaced",
  4503: "ended",
};

export type PhoneErrorCode =
  /** the browser has no microphone */
  | "no-microphone"
  /** a person or a policy refused it */
  | "microphone-denied"
  /** the page is neither on HTTPS nor on this computer */
  | "not-secure"
  /** the ticket is wrong or too old: take a new one */
  | "ticket"
  /** the same call, or the same desk, went on in another page */
  | "replaced"
  /** the server speaks another version: reload */
  | "version"
  /** this page said what the server doesn't understand */
  | "protocol";

export interface LineQuality {
  frames: number;
  lost: number;
  late: number;
  jitter_ms: number;
}

export type Told =
  | { event: "connected"; version: number }
  | { event: "start"; streamSid: string; leg: string | null }
  | { event: "media"; streamSid: string; media: { payload: string; timestamp: number; chunk: number } }
  /** `auto`: its person has just asked for this call, so it is answered at once */
  | { event: "ring"; leg: string; offer: number; auto: boolean }
  | { event: "ended"; leg: string; cause: string }
  /** somebody else in the talk pressed a key */
  | { event: "dtmf"; dtmf: { digit: string } }
  | { event: "quality"; quality: LineQuality }
  | { event: "watching" }
  | { event: "error"; error: { code: number; key: string } }
  | { event: "pong" };

export type Said =
  | {
      event: "start";
      start: {
        mediaFormat: { encoding: "audio/x-mulaw"; sampleRate: 8000; channels: 1 };
        tab: string;
        rejoin: boolean;
        /** a telephone's: the call that it was in when its line was cut */
        leg: string;
      };
    }
  | { event: "media"; media: { payload: string; timestamp: number; chunk: number } }
  | { event: "dtmf"; dtmf: { digit: string } }
  | { event: "answer"; leg: string }
  | { event: "hangup"; leg?: string }
  | { event: "claim" }
  | { event: "ping" };

/**
 * English, by area: one file each, and beside it the same area in every other language. Keys of codes are
 * FAMILY.CODE; `{name}` is filled in, `{count:call|calls}` chooses the form that goes with the number `count`.
 */
import { audit } from "./audit";
import { call } from "./call";
import { codes } from "./codes";
import { contact } from "./contact";
import { desk } from "./desk";
import { errors } from "./errors";
import { frame } from "./frame";
import { history } from "./history";
import { interaction } from "./interaction";
import { keys } from "./keys";
import { phone } from "./phone";
import { powers } from "./powers";
import { presence } from "./presence";
import { report } from "./report";
import { supervisor } from "./supervisor";
import { why } from "./why";
import { wallboard } from "./wallboard";
import { telephone } from "./telephone";

export const en = {
  ...frame,
  ...keys,
  ...presence,
  ...phone,
  ...desk,
  ...contact,
  ...telephone,
  ...supervisor,
  ...wallboard,
  ...powers,
  ...audit,
  ...history,
  ...interaction,
  ...why,
  ...report,
  ...call,
  ...codes,
  ...errors,
} as const;

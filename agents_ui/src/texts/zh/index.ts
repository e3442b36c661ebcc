/** Simplified Chinese, in the words of the field in China. An area that lacks a key of the English one does not compile. */
import type { en } from "../en";
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

export const zh: Record<keyof typeof en, string> = {
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
};

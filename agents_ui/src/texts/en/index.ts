/**
 * English, by area: one file each, and beside it the same area in every other language. Keys of codes are
 * FAMILY.CODE; `{name}` is filled in, `{count:call|calls}` chooses the form that goes with the number `count`.
 */
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
import { presence } from "./presence";
import { supervisor } from "./supervisor";

export const en = {
  ...frame,
  ...keys,
  ...presence,
  ...phone,
  ...desk,
  ...contact,
  ...supervisor,
  ...history,
  ...interaction,
  ...call,
  ...codes,
  ...errors,
} as const;

import type { call as english } from "../en/call";

/** The caller's page. */
export const call: Record<keyof typeof english, string> = {
  "call.phone": "电话",
  "keypad.label": "拨号键盘",
  "keypad.key": "按键 {digit}",
  "call.ring": "拨打",
  "call.as": "以 {name} 的身份",
  "call.for": "{number}，找 {name}",
  "call.with": "{name} 与 {centre}",
  "call.who": "来电人是谁？",
  "call.stage.choosing": "可以拨打",
  "call.stage.dialling": "正在呼叫…",
  "call.stage.ringing": "有来电",
  "call.stage.missed": "未接来电",
  "call.stage.up": "已接通",
  "call.stage.interrupted": "连接中断",
  "call.stage.ended": "通话结束",
  "call.interrupted_about": "连接已中断，您的排队位置已保留，正在重试…",
  "call.tips": "使用提示",
  "call.tip_microphone": "首次拨打时浏览器会请求使用麦克风。拨打或接听之前不会采集任何声音。",
  "call.tip_keys": "请按语音提示按键，可点击此处或使用键盘。转人工请按 0。",
  "call.tip_called": "请保持此页打开：坐席拨打您所选的号码时，这里会响铃，您可以接听。",
  "call.phone_on": "电话已接通，可接听来电：{number}",
  "call.phone_off": "正在接通您的电话…",
  "call.phone_none": "隐藏号码后无法接到回电。",
  "call.tip_two_tabs": "坐席与来电人在同一台电脑上？为避免啸叫，只有前台标签页可以说话。使用两台电脑则互不影响。",
};

import type { wallboard as english } from "../en/wallboard";

/** The wallboard: a television that nobody touches. */
export const wallboard: Record<keyof typeof english, string> = {
  "page.wallboard": "大屏",
  "board.waiting": "当前排队",
  "board.longest": "最长等待",
  "board.level": "服务水平",
  "board.answered": "接通",
  "board.abandoned": "放弃",
  "board.ready": "就绪",
  "board.talking": "通话中",
  "board.crew": "在岗 {count} 人",
  "board.away": "休息中",
  "board.more": "另有 {count} 人",
  "board.lost": "正在重新连接…数据截至 {time}。",
  "board.mute": "无声音：请按任意键",
  "board.tools": "大屏操作",
  "board.unset": "尚未设置队列。",
  "keys.full_screen": "全屏",
  "keys.leave_board": "返回班长页面",
};

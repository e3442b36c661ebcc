/** The wallboard: what a television shows to the whole floor. Legible from five metres, worked with a few keys. */
import { render } from "preact";
import "../styles/base.css";
import "../styles/wallboard.css";
import "../styles/charts.css";
import "../styles/alarms.css";
import { Feed, feedUrl } from "../feed";
import { Guarded } from "../parts/guarded";
import { unlockSound } from "../parts/bell";
import { watchAttendance } from "../wallboard/attended";
import { Board, boardOf, RETRY_SECONDS } from "../wallboard/board";

unlockSound();
watchAttendance();
const board = boardOf(new Feed(feedUrl()));
const root = document.getElementById("root");
if (root)
  render(
    <Guarded retrySeconds={RETRY_SECONDS}>
      <Board board={board} />
    </Guarded>,
    root,
  );

/** The wallboard: what a television shows to the whole floor. Nothing to click, legible from five metres. */
import { render } from "preact";
import "../styles/base.css";
import "../styles/wallboard.css";
import "../styles/charts.css";
import { Feed, feedUrl } from "../feed";
import { unlockBell } from "../supervisor/alarms";
import { Board } from "../wallboard/board";

unlockBell();
const root = document.getElementById("root");
if (root) render(<Board feed={new Feed(feedUrl())} />, root);

/** A part that fails shows that it failed; the rest of the screen goes on. */
import { Component, type ComponentChildren } from "preact";
import { t } from "../texts";
import { Icon } from "./icon";

interface Props {
  children: ComponentChildren;
}

export class Guarded extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ failed: true });
  }

  render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div class="empty" role="alert">
        <Icon name="alert" />
        <strong>{t("error.part_failed")}</strong>
        <button class="button" onClick={() => this.setState({ failed: false })}>
          {t("error.try_again")}
        </button>
      </div>
    );
  }
}

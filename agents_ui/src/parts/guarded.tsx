/** A part that fails shows that it failed; the rest of the screen goes on. Where nobody is to try again, it does. */
import { Component, type ComponentChildren } from "preact";
import { t } from "../texts";
import { Icon } from "./icon";

interface Props {
  children: ComponentChildren;
  /** after this time it is tried again without anybody */
  retrySeconds?: number;
}

export class Guarded extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ failed: true });
    const { retrySeconds } = this.props;
    if (retrySeconds) setTimeout(this.#again, retrySeconds * 1000);
  }

  readonly #again = () => this.setState({ failed: false });

  render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div class="empty" role="alert">
        <Icon name="alert" />
        <strong>{t("error.part_failed")}</strong>
        <button class="button" onClick={this.#again}>
          {t("error.try_again")}
        </button>
      </div>
    );
  }
}

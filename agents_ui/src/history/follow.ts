/** A thing that is not finished yet, asked for again and again until it is, or until nobody looks any more. */
import { ApiError } from "../api";

const REFRESH_MS = 4000;

interface Told<T> {
  found: (one: T) => void;
  failed: (key: string) => void;
  /** more of it may come */
  unfinished: (one: T) => boolean;
}

/** What failed for the moment is asked again, what is refused is not. Returns what ends it. */
export function follow<T>(ask: () => Promise<T>, { found, failed, unfinished }: Told<T>): () => void {
  let gone = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const once = async () => {
    let again = true;
    try {
      const one = await ask();
      if (gone) return;
      found(one);
      again = unfinished(one);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (gone) return;
      failed(error.key);
      again = mayPass(error.status);
    }
    if (again) timer = setTimeout(() => void once(), REFRESH_MS);
  };
  void once();
  return () => {
    gone = true;
    clearTimeout(timer);
  };
}

/** No network, too much at once, or a service that is not well. */
function mayPass(status: number): boolean {
  return status === 0 || status === 429 || status >= 500;
}

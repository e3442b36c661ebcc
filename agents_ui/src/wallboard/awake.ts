/** Keeps the television from going to sleep, where the browser can; asked for again whenever the page is seen. */

export async function keepAwake(): Promise<void> {
  const ask = () => {
    if (document.hidden) return;
    // Refused on battery or without https: then the television's own settings decide.
    void navigator.wakeLock?.request("screen").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

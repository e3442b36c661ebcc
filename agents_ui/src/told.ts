/** What the page itself was told with its first lines: `templates/shell.html`. "" where it was not. */
export function told(name: string): string {
  if (typeof document === "undefined") return "";
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}

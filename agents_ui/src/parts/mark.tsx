/** The house's mark: a headset with a voice in it. */
export function Mark() {
  return (
    <svg
      viewBox="0 0 32 32"
      fill="none"
      stroke="currentColor"
      stroke-width="2.6"
      stroke-linecap="round"
      aria-hidden="true"
    >
      <path d="M5 20a11 11 0 0 1 22 0M12 20.5v1M16 17.5v7M20 20.5v1" />
      <rect x="3.5" y="18.5" width="6" height="8.5" rx="2.6" fill="currentColor" stroke="none" />
      <rect x="22.5" y="18.5" width="6" height="8.5" rx="2.6" fill="currentColor" stroke="none" />
    </svg>
  );
}

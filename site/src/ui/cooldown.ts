// A button that rests after use, and says for how long.

/** How long to wait before another message is asked for: it may be on its way. */
export const RESEND_AFTER_MS = 30_000;

/** Lets button rest until RESEND_AFTER_MS after since (milliseconds since 1970), counting down in `wait`. */
export function rest(button: HTMLButtonElement, wait: HTMLElement, since: number): void {
  const left = (): number => Math.min(Math.ceil((since + RESEND_AFTER_MS - Date.now()) / 1000), RESEND_AFTER_MS / 1000);
  if (left() <= 0) return;
  button.disabled = true;
  const tick = (): void => {
    const seconds = left();
    wait.textContent = seconds > 0 ? `in ${seconds} s` : '';
    if (seconds > 0) return;
    button.disabled = false;
    clearInterval(timer);
  };
  const timer = setInterval(tick, 1000);
  tick();
}

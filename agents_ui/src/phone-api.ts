/** What the screens need of the audio phone library. */

export interface PhoneApi {
  connect(url: string, token: string): Promise<void>;
  answer(leg: string): void;
  hangup(leg?: string): void;
  press(digit: string): void;
  mute(on: boolean): void;
  claim(): void;
}

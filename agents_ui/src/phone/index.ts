/** The phone for pages that Vite builds: it knows where Vite lays the worklet. */
import { Phone, type PhoneOptions } from "./phone";
import worklet from "./worklet.ts?worker&url";

export * from "./phone";

export function createPhone(options: Omit<PhoneOptions, "worklet">): Phone {
  return new Phone({ ...options, worklet });
}

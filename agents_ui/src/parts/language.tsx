/** The switch to the other language, in that language's own words. */
import { language, LANGUAGES, speak, TAGS } from "../texts/language";
import { tIn } from "../texts";

export function LanguageSwitch() {
  return LANGUAGES.filter((one) => one !== language.value).map((one) => (
    <button
      key={one}
      class="button ghost language"
      lang={TAGS[one]}
      onClick={() => speak(one)}
      title={tIn(one, "frame.speak")}
      aria-label={tIn(one, "frame.speak")}
    >
      {tIn(one, "frame.language")}
    </button>
  ));
}

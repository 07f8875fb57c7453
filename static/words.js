// What scripts say, in the language of the page. English stands in the scripts; any other language comes with the page.

/** @type {Readonly<Record<string, string | string[]>>} */
const translated = JSON.parse(globalThis.document?.querySelector("#words")?.textContent ?? "{}");
const FORMS = ["zero", "one", "two", "few", "many", "other"];

/** Return a sentence in the page's language, with its named values: `%(name)s`. @type {(sentence: string, values?: object) => string} */
export function inWords(sentence, values = {}) {
  const found = translated[sentence];
  return filled(typeof found === "string" ? found : sentence, values);
}

/** Return the sentence for one or for many; `%(num)s` is the number. @type {(one: string, many: string, number: number, values?: object) => string} */
export function counted(one, many, number, values = {}) {
  const found = translated[one];
  const sentence = Array.isArray(found) ? formOf(found, number) : number === 1 ? one : many;
  return filled(sentence, { num: number, ...values });
}

/** Mark a sentence that another place will say, by inWords. @type {(sentence: string) => string} */
export function toSay(sentence) {
  return sentence;
}

/** Catalogues list the forms of a plural in the order in which browsers name them. @type {(forms: string[], number: number) => string} */
function formOf(forms, number) {
  const rules = new Intl.PluralRules(document.documentElement.lang || "en");
  const names = FORMS.filter((name) => rules.resolvedOptions().pluralCategories.some((known) => known === name));
  return forms[Math.min(names.indexOf(rules.select(number)), forms.length - 1)] ?? "";
}

/** @type {(sentence: string, values: object) => string} */
function filled(sentence, values) {
  return sentence.replaceAll(/%\((\w+)\)s|%%/g, (_found, name) => (name ? String(Reflect.get(values, name)) : "%"));
}

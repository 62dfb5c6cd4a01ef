declare const purlBrand: unique symbol;
/** A canonical package URL, made by `formatPurl` or `parsePurl` only. */
export type Purl = string & { readonly [purlBrand]: true };

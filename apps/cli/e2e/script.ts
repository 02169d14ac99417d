export { draftOf, labelOf, teamScript } from "@massgen/upstream";

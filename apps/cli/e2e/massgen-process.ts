export { runMassgen, startMassgen, type MassgenProcess } from "@massgen/upstream";

/**
 * @file Rows that may be among the k nearest of a query, and how far they are: what src/linalg/neighbors calls.
 */
export { addColumns, addRows, finish } from "./candidates";
export { cosineDistances, squaredDistances } from "./distances";
export { addNearest, gatherRows } from "./nearest";
export { packMembers, scanMembers } from "./scan";

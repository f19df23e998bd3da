import type { Rule } from '../core/guard.ts';

/** What the guard of hygiene demands. */
export const RULES: readonly Rule[] = [
  {
    id: 'hygiene/import-effect',
    title: 'Importing a module does nothing.',
    why: 'What happens on import happens in an order that nobody wrote down, in every test and every tool, whether it was wanted or not.',
    instead: 'Put it into a function that the entry point calls, and name what is registered in one explicit list. If it only makes a value, list its package as pure in the configuration.',
  },
  {
    id: 'hygiene/environment-read',
    title: 'The environment is read where the program starts.',
    why: 'A module that reads it when it is imported has settings that no caller can see, check or change.',
    instead: 'Read it once in the entry point, check it, and hand the values on as arguments.',
  },
  {
    id: 'hygiene/internal-barrel',
    title: 'No module inside a package only hands on what others define.',
    why: 'A barrel hides where a thing is, makes every import load everything, and is where circles of imports begin.',
    instead: 'Import each thing from the file that is named after it, and delete the barrel. A package\'s public entry is named in the configuration.',
  },
  {
    id: 'hygiene/default-export',
    title: 'Exports have names.',
    why: 'A default export has as many names as it has importers, and cannot be searched for.',
    instead: 'Export it by its own name. Files whose tool asks for a default export are named in the configuration.',
  },
  {
    id: 'hygiene/circular-import',
    title: 'Imports lead in no circle.',
    why: 'Two files that need each other are one concept or three, and which of them is ready first depends on who asked first.',
    instead: 'Merge them, or move what both need into a file of its own.',
  },
  {
    id: 'hygiene/entry-point-import',
    title: 'What is started is not imported.',
    why: 'An entry point may do anything when it is loaded: whoever imports it does all of that, and no rule about imports sees it.',
    instead: 'Move what is needed into a module of its own, which both import. A file that is only imported is no entry point: take it out of the configuration.',
  },
  {
    id: 'hygiene/unused-permission',
    title: 'What the configuration lets pass is needed.',
    why: 'A permission that nobody needs, or that was misspelt, is room for whoever comes next.',
    instead: 'Take it out of `hygiene` in the configuration, or correct it; write it anew when something needs it.',
  },
];

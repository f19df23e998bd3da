import type { Node } from 'oxc-parser';
import { namedBy } from '../core/module-facts.ts';
import { namesOf } from '../core/names.ts';
import type { ParsedFile } from '../core/parsed-file.ts';
import { chainOf, propertyName } from '../core/plain-name.ts';
import { handingOn } from './handing-on.ts';
import type { Chain, Doing, HygieneFacts, Value } from './hygiene-facts.ts';
import { bodyOf, doingsOf, type Reading } from './see-doings.ts';
import { answerOf, isFunction } from './see-functions.ts';
import { SeeValues } from './see-values.ts';

/** Reads what a file does when it is imported, and what its functions would do. */
export function seeHygiene(file: ParsedFile, environment: ReadonlySet<string>, isEntryPoint: boolean): HygieneFacts {
  const names = namesOf(file);
  const values = new SeeValues(file, names);
  const reading: Reading = { file, names, values, environment, owner: null, followed: new Set(), isTop: true };
  const functions: Record<string, readonly Doing[]> = {};
  const answers: Record<string, Value> = {};
  const valued: Record<string, Value> = {};
  const bases: Record<string, Chain> = {};

  const functionAt = (key: string, node: Node, owner: string | null): void => {
    if (!isFunction(node)) return;
    const inside: Reading = { ...reading, owner, followed: new Set(), isTop: false };
    functions[key] = bodyOf(inside, node);
    const answer = answerOf(node);
    if (answer === undefined) return;
    answers[key] = values.valueOf(answer);
    functionAt(`${key}()`, answer, owner);
  };
  const classAt = (name: string, node: Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>): void => {
    const inside: Reading = { ...reading, owner: name, followed: new Set(), isTop: false };
    const made: Doing[] = [];
    for (const member of node.body.body) {
      if (member.type === 'PropertyDefinition' || member.type === 'AccessorProperty') {
        if (!member.static) made.push(...doingsOf(inside, member.value));
        const key = propertyName(member.key, member.computed);
        if (key !== undefined && member.value !== null && member.static) valued[`${name}.${key}`] = values.valueOf(member.value);
        if (key !== undefined && member.value !== null) functionAt(`${name}${member.static ? '.' : '#'}${key}`, member.value, name);
      } else if (member.type === 'MethodDefinition') {
        const key = propertyName(member.key, member.computed);
        if (member.kind === 'constructor') made.push(...bodyOf(inside, member.value));
        else if (key !== undefined) functionAt(`${name}${member.static ? '.' : '#'}${key}`, member.value, name);
      }
    }
    functions[name] = made.filter((doing) => doing.do !== 'change self');
    const base = node.superClass === null ? undefined : chainOf(node.superClass);
    if (base !== undefined) bases[name] = base;
  };
  const valueAt = (name: string, node: Node): void => {
    valued[name] = values.valueOf(node);
    functionAt(name, node, null);
    if (node.type === 'ClassExpression') classAt(name, node);
    const object = node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression' ? node.expression : node;
    if (object.type !== 'ObjectExpression') return;
    for (const property of object.properties) {
      if (property.type !== 'Property') continue;
      const key = propertyName(property.key, property.computed);
      if (key === undefined) continue;
      valued[`${name}.${key}`] = values.valueOf(property.value);
      functionAt(`${name}.${key}`, property.value, null);
    }
  };
  for (const statement of file.program.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration' ? statement.declaration : statement;
    switch (declaration?.type) {
      case 'FunctionDeclaration':
        functionAt(declaration.id?.name ?? 'default', declaration, null);
        break;
      case 'ClassDeclaration':
        classAt(declaration.id?.name ?? 'default', declaration);
        break;
      case 'VariableDeclaration':
        for (const { id, init } of declaration.declarations) {
          if (init === null) continue;
          if (id.type === 'Identifier') valueAt(id.name, init);
          else for (const declared of names.declared) if (declared.isTop && declared.init === init) valued[declared.name] = values.valueOf(init);
        }
        break;
      default:
        if (statement.type === 'ExportDefaultDeclaration' && declaration !== null && declaration !== undefined) valueAt('default', declaration);
    }
  }
  return {
    top: isEntryPoint ? [] : doingsOf(reading, file.program),
    functions, answers, values: valued, bases,
    handsOn: handingOn(file),
    exportAssignments: file.program.body.flatMap((statement) => (statement.type === 'TSExportAssignment' || isCommonExport(statement) ? [file.at(statement)] : [])),
  };
}

/** `module.exports = …`: what others get by default. */
const isCommonExport = (statement: Node): boolean =>
  statement.type === 'ExpressionStatement' && statement.expression.type === 'AssignmentExpression' && namedBy(statement.expression.left)?.join('.') === 'module.exports';

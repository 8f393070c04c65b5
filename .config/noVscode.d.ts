// What `vscode` is outside src/extension: nothing. Left out, the compiler would find the declarations in node_modules by itself.
export {};

namespace Gantry.Cli.Templates;

/// <summary>A template does not parse or does not run; the message is text/template's.</summary>
internal sealed class TemplateException(string message) : Exception(message);

/// <summary>A function refuses its arguments.</summary>
internal sealed class FunctionException(string message) : Exception(message);

using System.Globalization;
using Soak;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

return await new Run(options).RunAsync() ? 0 : 1;

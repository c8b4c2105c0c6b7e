using Parcel.Api;
using Parcel.Api.Hosting;
using Parcel.Api.Quotes;

if (args is ["probe", var url])
{
    return await Probe.RunAsync(url);
}

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.MaxRequestBodySize = 64 * 1024;
});
builder.Logging.ClearProviders().AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "O")).AddFilter("Microsoft", LogLevel.Warning);
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
builder.Services.AddProblemDetails();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<Instance>();
builder.Services.AddSingleton<Departure>();
builder.Services.AddSingleton<IHostLifetime>(services => services.GetRequiredService<Departure>());
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseDeparture();
app.UseRequestLog();
app.MapInstance();
app.MapQuotes();
await app.RunAsync();
return 0;

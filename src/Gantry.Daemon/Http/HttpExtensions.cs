using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Api;
using Gantry.Core;

namespace Gantry.Daemon.Http;

/// <summary>What every endpoint does with a request and an answer.</summary>
internal static class HttpExtensions
{
    private const string Json = "application/json";

    // No client comes near it: the head is limited to 1 MiB, as in Docker, and what is large (tars) is streamed.
    private const int LargestJson = 16 << 20;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = DockerJson.Wire.Options.Encoder, SkipValidation = true };

    extension(HttpContext http)
    {
        public QueryReader Query => new(http.Request);

        /// <summary>The <c>{name}</c> of the path.</summary>
        public string Name => ((string)http.Request.RouteValues["name"]!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

        /// <summary>The version the client speaks.</summary>
        public ApiVersion Version => http.Features.Get<ApiVersion>() ?? ApiVersion.Current;

        public void NoContent() => http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    extension(HttpRequest request)
    {
        /// <summary>Without parameters, null when not said.</summary>
        public string? MediaType => request.ContentType?.Split(';')[0].Trim();

        /// <summary>Whether the body says that it is JSON: only such a one is read as JSON, and only such a one is shown to plugins.</summary>
        public bool IsJson => Json.Equals(request.MediaType, StringComparison.OrdinalIgnoreCase);

        /// <exception cref="GantryException">InvalidArgument when the body is missing or not such JSON.</exception>
        public async ValueTask<T> ReadJsonAsync<T>(JsonTypeInfo<T> type) where T : class =>
            await request.ReadOptionalJsonAsync(type) ?? throw GantryException.Invalid("invalid JSON: got EOF while reading request body");

        /// <summary>Null when there is no body, or it is <c>null</c>.</summary>
        /// <exception cref="GantryException">InvalidArgument when the body is not such JSON, is larger than 16 MiB, or is said to be something else.</exception>
        public async ValueTask<T?> ReadOptionalJsonAsync<T>(JsonTypeInfo<T> type) where T : class
        {
            var isEmpty = request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0);
            if (isEmpty && request.Headers.ContentType.Count == 0)
            {
                return null;
            }

            if (!request.IsJson)
            {
                throw GantryException.Invalid(string.IsNullOrWhiteSpace(request.ContentType)
                    ? "malformed Content-Type header (): mime: no media type"
                    : $"unsupported Content-Type header ({request.MediaType}): must be 'application/json'");
            }

            if (isEmpty)
            {
                return null;
            }

            using var body = new MemoryStream();
            try
            {
                await request.ReadJsonBytesAsync(body);
                var bytes = body.GetBuffer().AsSpan(0, (int)body.Length).Trim(" \t\r\n"u8);
                return bytes.IsEmpty ? null : JsonSerializer.Deserialize(bytes, type);
            }
            catch (JsonException error)
            {
                throw GantryException.Invalid(JsonErrorText.Of(body.GetBuffer().AsSpan(0, (int)body.Length), error));
            }
        }

        // net/http's words for a body above its limit.
        private async Task ReadJsonBytesAsync(MemoryStream body)
        {
            var buffer = new byte[16 << 10];
            for (var left = (long)LargestJson; await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted) is > 0 and var length; left -= length)
            {
                if (length > left || request.ContentLength > LargestJson)
                {
                    throw GantryException.Invalid("invalid JSON: http: request body too large");
                }

                body.Write(buffer, 0, length);
            }
        }
    }

    extension(HttpResponse response)
    {
        public Task WriteJsonAsync<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
        {
            response.StatusCode = status;
            response.ContentType = Json;
            return response.WriteLineAsync(value, type);
        }

        /// <summary>One JSON value and a line feed, sent at once: an element of a stream.</summary>
        public Task WriteLineAsync<T>(T value, JsonTypeInfo<T> type)
        {
            using (var writer = new Utf8JsonWriter(response.BodyWriter, WriterOptions))
            {
                JsonSerializer.Serialize(writer, value, type);
            }

            response.BodyWriter.GetSpan(1)[0] = (byte)'\n';
            response.BodyWriter.Advance(1);
            return response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted).GetAsTask();
        }

        public Task WriteErrorAsync(string message) =>
            response.WriteJsonAsync(new ErrorResponse { Message = message }, DockerJson.Wire.ErrorResponse, response.StatusCode);

        /// <summary>Sends the headers now: some clients wait for them before they go on.</summary>
        public async Task BeginStreamAsync(string contentType)
        {
            response.ContentType = contentType;
            await response.StartAsync(response.HttpContext.RequestAborted);
            await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
        }
    }

    private static Task GetAsTask(this ValueTask<System.IO.Pipelines.FlushResult> flush)
    {
        if (flush.IsCompletedSuccessfully)
        {
            _ = flush.Result;
            return Task.CompletedTask;
        }

        return flush.AsTask();
    }
}

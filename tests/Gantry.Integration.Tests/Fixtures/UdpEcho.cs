namespace Gantry.Integration.Tests.Fixtures;

/// <summary>A UDP server for the image, as busybox has none: it answers each datagram with "echo: " and the datagram.</summary>
internal static class UdpEcho
{
    private const string Source = """
        #include <arpa/inet.h>
        #include <string.h>
        int main(void) {
            struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(5000) }, peer;
            char text[512] = "echo: ";
            int fd = socket(AF_INET, SOCK_DGRAM, 0);
            if (bind(fd, (struct sockaddr *)&own, sizeof own)) return 1;
            for (;;) {
                socklen_t size = sizeof peer;
                ssize_t length = recvfrom(fd, text + 6, sizeof text - 6, 0, (struct sockaddr *)&peer, &size);
                if (length >= 0) sendto(fd, text, length + 6, 0, (struct sockaddr *)&peer, size);
            }
        }
        """;

    public static async Task CompileAsync(string path)
    {
        var source = path + ".c";
        await File.WriteAllTextAsync(source, Source);
        (await Shell.RunAsync("/usr/bin/gcc", ["-static", "-Os", "-o", path, source])).Succeeded();
        File.Delete(source);
    }
}

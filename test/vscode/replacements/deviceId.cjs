// The real one would write into a folder of the person's.
exports.getDeviceId = async () => '00000000-0000-4000-8000-000000000000';
